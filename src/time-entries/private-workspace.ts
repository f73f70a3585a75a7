/** Sources that belong to one person have no workspace of their own: ids in them are unique for that person. */
export const privateWorkspace = (userId: number): string => `user:${userId}`;
