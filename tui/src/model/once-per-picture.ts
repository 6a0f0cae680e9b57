/**
 * What is reckoned from a picture, kept as long as the picture lives. A frame asks for its rows several times (to draw, to
 * say why, to know what is selected), and with a thousand functions each asking costs milliseconds.
 */
import type { Picture } from '@nightlight/analyzer';
import type { PictureWindow } from './picture-window.ts';

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

/**
 * Rows by window and order: the few that somebody looks at while a picture lives.
 *
 * @param make  depends on nothing but the three
 */
export function oncePerWindow<Rows>(
  make: (picture: Picture, window: PictureWindow, sort: string | undefined) => Rows,
): (picture: Picture, window: PictureWindow, sort: string | undefined) => Rows {
  const knownIn = oncePerPicture(() => new Map<string, Rows>());
  return (picture, window, sort) => {
    const known = knownIn(picture, undefined);
    // The window follows from its minutes: the gaps in it are the picture's.
    const word = `${window.first} ${window.last} ${sort}`;
    if (!known.has(word)) known.set(word, make(picture, window, sort));
    return known.get(word)!;
  };
}
