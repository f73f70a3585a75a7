import { ModulesContainer } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALLER_RULE, type CallerRule } from '../../src/auth/decorators.js';
import { startTestApp, type TestApp } from '../support/app.js';

describe('routes', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app.close());

  /** Every handler of every controller, with who may call it. */
  const handlers = () =>
    [...app.get(ModulesContainer).values()]
      .flatMap((module) => [...module.controllers.values()])
      .flatMap(({ metatype }) => {
        const controller = metatype as { name: string; prototype: Record<string, object> };
        return Object.getOwnPropertyNames(controller.prototype)
          .filter((name) => name !== 'constructor' && Reflect.hasMetadata('path', controller.prototype[name]!))
          .map((name) => ({
            route: `${controller.name}.${name}`,
            rule: (Reflect.getMetadata(CALLER_RULE, controller.prototype[name]!) ??
              Reflect.getMetadata(CALLER_RULE, controller)) as CallerRule | undefined,
          }));
      });

  it('each declare who may call them', () => {
    const undeclared = handlers().filter(({ rule }) => rule === undefined);
    expect(undeclared).toEqual([]);
    expect(handlers().length).toBeGreaterThan(10);
  });

  it('are open to anybody only where nothing is told or changed, or to sign in', () => {
    const open = handlers().filter(({ rule }) => rule?.kind === 'public');
    expect(open.map(({ route }) => route).toSorted()).toEqual([
      'HealthController.getHealth',
      'HealthController.getMetrics',
      'HealthController.getReadiness',
      'LoginController.login',
    ]);
  });
});
