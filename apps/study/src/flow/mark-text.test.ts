import { describe, expect, test } from 'vitest';
import { markText } from './mark-text.ts';

describe(markText, () => {
  test('stands to the right of its lane where it fits', () => {
    expect(markText('active/-', 100, 0, 400)).toEqual({ text: 'active/-', x: 112, anchor: 'start' });
  });

  test('stands to the left where it fits only there', () => {
    expect(markText('building/networking', 380, 72, 400)).toEqual({
      text: 'building/networking',
      x: 368,
      anchor: 'end',
    });
  });

  test.for([40, 200, 380])('is cut where it fits nowhere, and stays inside: a lane at %i px', (x) => {
    const long = 'NoValidHost: No valid host was found. There are not enough hosts available. (CoreFilter 2→0)';
    const { text, x: at, anchor } = markText(long, x, 0, 400);
    const px = text.length * 6.6;

    expect(text).toMatch(/^NoValidHost: .*…$/);
    expect(anchor === 'start' ? at + px : at - px).toSatisfy((edge: number) => edge >= 0 && edge <= 400);
  });
});
