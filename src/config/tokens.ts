/** Injection token of the resolved `Config`. */
export const CONFIG = Symbol('CONFIG');

/** Injection token of the resolved `Secrets`. */
export const SECRETS = Symbol('SECRETS');
