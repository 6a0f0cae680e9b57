/**
 * Drain as its authors publish it, on the same lines: depth 4, similarity 0.4, at most 100 children, no masks; and the same
 * behind the masks that Drain3's example settings bring.
 *
 * Sources: logpai/logparser logparser/Drain/Drain.py (defaults of LogParser.__init__); logpai/Drain3 examples/drain3.ini.
 */
export class Drain {
  #depth;
  #similarity;
  #mostChildren = 100;
  #root = new Map();
  #mask;

  constructor({ depth = 4, similarity = 0.4, mask = (line) => line } = {}) {
    this.#depth = depth - 2;
    this.#similarity = similarity;
    this.#mask = mask;
  }

  /** @returns the group that the line joined */
  add(line) {
    const tokens = this.#mask(line).trim().split(/\s+/);
    const leaf = this.#leafOf(tokens);
    let best;
    let bestShare = -1;
    let bestValues = -1;
    for (const group of leaf) {
      let same = 0;
      let values = 0;
      for (let at = 0; at < tokens.length; at++) {
        if (group.template[at] === '<*>') values++;
        else if (group.template[at] === tokens[at]) same++;
      }
      const share = same / tokens.length;
      if (share > bestShare || (share === bestShare && values > bestValues)) {
        best = group;
        bestShare = share;
        bestValues = values;
      }
    }
    if (best === undefined || bestShare < this.#similarity) {
      best = { template: tokens };
      leaf.push(best);
      return best;
    }
    best.template = best.template.map((token, at) => (token === tokens[at] ? token : '<*>'));
    return best;
  }

  #leafOf(tokens) {
    let node = childOf(this.#root, tokens.length);
    for (let at = 0; at < Math.min(this.#depth, tokens.length); at++) {
      const token = tokens[at];
      const key = node.has(token) ? token : /\d/.test(token) || node.size >= this.#mostChildren ? '<*>' : token;
      node = childOf(node, key);
    }
    if (!node.has(LEAF)) node.set(LEAF, []);
    return node.get(LEAF);
  }
}

const LEAF = Symbol('groups');

function childOf(node, key) {
  if (!node.has(key)) node.set(key, new Map());
  return node.get(key);
}

/** The masking section of drain3.ini. */
export function drain3Mask(line) {
  return line
    .replace(/((?<=[^A-Za-z0-9])|^)(([0-9a-f]{2,}:){3,}([0-9a-f]{2,}))((?=[^A-Za-z0-9])|$)/g, '<ID>')
    .replace(/((?<=[^A-Za-z0-9])|^)(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})((?=[^A-Za-z0-9])|$)/g, '<IP>')
    .replace(/((?<=[^A-Za-z0-9])|^)([0-9a-f]{6,} ?){3,}((?=[^A-Za-z0-9])|$)/g, '<SEQ>')
    .replace(/((?<=[^A-Za-z0-9])|^)([0-9A-F]{4} ?){4,}((?=[^A-Za-z0-9])|$)/g, '<SEQ>')
    .replace(/((?<=[^A-Za-z0-9])|^)(0x[a-f0-9A-F]+)((?=[^A-Za-z0-9])|$)/g, '<HEX>')
    .replace(/((?<=[^A-Za-z0-9])|^)([-+]?\d+)((?=[^A-Za-z0-9])|$)/g, '<NUM>')
    .replace(/(?<=executed cmd )(".+?")/g, '<CMD>');
}
