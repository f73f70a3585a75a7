import type { Actor, Origin } from '../binnacle/actor.js';

/** Who changes time, and through which door. */
export interface ChangeAuthor {
  actor: Actor;
  origin: Origin | null;
}
