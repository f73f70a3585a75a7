/** Who caused a change: a person, the holder of `SECRET_TOKEN`, or one of the ways in which the outside reports. */
export interface Actor {
  kind: 'user' | 'secret' | 'webhook' | 'sync' | 'provider' | 'system';
  id: string | null;
}

/** Where a change came from: the request, delivery or run it can be traced back to. */
export interface Origin {
  kind: 'request' | 'delivery' | 'sync' | 'push' | 'flic' | 'import' | 'cli' | 'monitor';
  id: string | null;
}
