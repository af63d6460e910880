/** The longest time a timer of Node takes, in milliseconds; anything above would fire at once. */
export const longestTimerMs = 2 ** 31 - 1;
