import type { SimulatedAnswer } from './http-simulator.js';

/** An answer that ends a call early. */
export class Refusal extends Error {
  constructor(
    readonly answer: SimulatedAnswer,
    text = answer.body,
  ) {
    super(text);
  }
}
