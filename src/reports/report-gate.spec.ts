import { describe, expect, it } from 'vitest';
import { ReportGate } from './report-gate.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the gate before reports', () => {
  it('lets three in at once, and the next when one has left', async () => {
    const gate = new ReportGate();
    const [leave] = await Promise.all(['a', 'b', 'c'].map((key) => gate.enter(key)));
    let isIn = false;
    const fourth = gate.enter('d').then(() => (isIn = true));
    await settled();
    expect(isIn).toBe(false);
    leave!();
    leave!();
    await fourth;
    expect(isIn).toBe(true);
  });

  it('makes the same report once at a time', async () => {
    const gate = new ReportGate();
    const order: string[] = [];
    const leave = await gate.enter('ana');
    const second = gate.enter('ana').then(() => order.push('ana again'));
    await gate.enter('berta').then(() => order.push('berta'));
    leave();
    await second;
    expect(order).toEqual(['berta', 'ana again']);
  });

  it('refuses whoever asks fifty times', async () => {
    const gate = new ReportGate();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        gate.enter('ana').then(
          (leave) => (leave(), 'made'),
          (error: { status: number }) => error.status,
        ),
      ),
    );
    expect(answers.filter((answer) => answer === 429)).toHaveLength(45);
    expect(answers.filter((answer) => answer === 'made')).toHaveLength(5);
  });
});
