import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that start processes take longest and wait most: begun first, they leave no processor idle at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => moduleId.includes('/test/fault/');
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
