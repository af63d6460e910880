/** The space of a diagram, in pixels. Left of the first lane is the time of each row. */
export const LEFT = 150;
export const RIGHT = 110;
export const TOP = 96;
export const BOTTOM = 48;
export const ROW = 36;
export const LANE = 220;
export const NARROWEST_LANE = 72;
