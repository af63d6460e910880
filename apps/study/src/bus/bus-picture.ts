import type { BusPicture } from './boxes.ts';
import type { BusModel } from './bus-model.ts';
import { narrowPicture } from './narrow-picture.ts';
import { widePicture } from './wide-picture.ts';

/** Below this width everything stands under its exchange. */
const NARROW = 820;

/** Places the bus: in four columns where there is room, else as a tree. `open` are the folds whose members are shown. */
export function busPicture(model: BusModel, width: number, open: ReadonlySet<string>): BusPicture {
  return width < NARROW ? narrowPicture(model, width, open) : widePicture(model, width, open);
}
