import { HttpSimulator, type SimulatedAnswer, type SimulatedRequest } from '../support/http-simulator.js';
import { Refusal } from '../support/refusal.js';
import type { SimulatedAccounts } from './accounts.js';

/** Zoho Accounts and one of Zoho's services on one server. */
export abstract class ZohoServiceSimulator extends HttpSimulator {
  /** While set, errors come with status 200. */
  hidesErrors = false;
  abstract readonly accounts: SimulatedAccounts;

  protected constructor() {
    super('');
  }

  /** @throws Refusal */
  protected abstract respond(request: SimulatedRequest): SimulatedAnswer;

  protected override answer(request: SimulatedRequest): SimulatedAnswer {
    const accounts = this.accounts.answer(request);
    if (accounts !== null) return accounts;
    try {
      return this.respond(request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.hidesErrors ? { ...error.answer, status: 200 } : error.answer;
    }
  }
}
