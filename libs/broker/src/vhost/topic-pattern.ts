/** Tells whether the words of a routing key fit. */
export type TopicPattern = (words: readonly string[]) => boolean;

/** False for a binding key that fits only itself. */
export function isPattern(bindingKey: string): boolean {
  return bindingKey.includes('*') || bindingKey.includes('#');
}

/** No words for the empty key, so that `*` does not fit it (rabbit_exchange_type_topic:split_topic_key). */
export function splitKey(routingKey: string): readonly string[] {
  return routingKey === '' ? [] : routingKey.split('.');
}

/** `*` stands for one word, `#` for any number of words, none included; words are parted by dots. */
export function compileTopic(bindingKey: string): TopicPattern {
  const pattern = splitKey(bindingKey);
  return (words) => fits(pattern, words);
}

/**
 * Greedy with one place to come back to: when what follows the last `#` does not fit, that `#` takes a word more. So a key of n words
 * costs at most n times the length of the pattern, whatever somebody binds.
 */
function fits(pattern: readonly string[], words: readonly string[]): boolean {
  let at = 0;
  let word = 0;
  let hashAt = -1;
  let hashWord = 0;
  while (word < words.length) {
    const part = pattern[at];
    if (part === '#') {
      hashAt = at;
      hashWord = word;
      at += 1;
    } else if (part !== undefined && (part === '*' || part === words[word])) {
      at += 1;
      word += 1;
    } else if (hashAt >= 0) {
      at = hashAt + 1;
      hashWord += 1;
      word = hashWord;
    } else return false;
  }
  while (pattern[at] === '#') at += 1;
  return at === pattern.length;
}
