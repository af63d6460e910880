import type { Lesson } from './lesson.ts';
import { firstBoot } from './lessons/01-first-boot.ts';

/** All lessons, in their order. */
export const LESSONS: readonly Lesson[] = [firstBoot];
