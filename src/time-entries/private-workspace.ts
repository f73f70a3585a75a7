const PREFIX = 'user:';

/** Sources that belong to one person have no workspace of their own: ids in them are unique for that person. */
export const privateWorkspace = (userId: number): string => `${PREFIX}${userId}`;

/** Whose private workspace it is. */
export function ownerOfWorkspace(workspaceId: string | null): number {
  const id = workspaceId?.startsWith(PREFIX) ? Number(workspaceId.slice(PREFIX.length)) : Number.NaN;
  if (!Number.isSafeInteger(id)) throw new Error('This workspace is nobody’s own.');
  return id;
}
