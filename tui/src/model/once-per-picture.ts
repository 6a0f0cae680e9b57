/**
 * What is reckoned from a picture, kept as long as the picture lives. A frame asks for its rows several times (to draw, to
 * say why, to know what is selected), and with a thousand functions each asking costs milliseconds.
 */
import type { Picture } from '@nightlight/analyzer';

/** @param make  depends on nothing but the picture and the word */
export function oncePerPicture<Value>(
  make: (picture: Picture, word: string | undefined) => Value,
): (picture: Picture, word: string | undefined) => Value {
  const kept = new WeakMap<Picture, Map<string | undefined, Value>>();
  return (picture, word) => {
    let values = kept.get(picture);
    if (values === undefined) {
      values = new Map();
      kept.set(picture, values);
    }
    if (!values.has(word)) values.set(word, make(picture, word));
    return values.get(word)!;
  };
}
