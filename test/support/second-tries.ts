/**
 * Names at the end of a run the tests that passed only when they were tried again. Real processes on a loaded machine fail
 * now and then for no fault of the program; a test that stands here in one run after the other has one.
 */
import type { Reporter, TestModule } from 'vitest/node';

export const secondTries: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const tests = modules.flatMap((module) => [...module.children.allTests('passed')]);
    const late = tests.filter((test) => test.diagnostic()?.flaky && !test.options.fails);
    if (late.length === 0) return;
    console.log(`\nPassed only when tried again (${late.length}):`);
    for (const test of late) console.log(`  ${test.module.relativeModuleId} > ${test.fullName}`);
  },
};
