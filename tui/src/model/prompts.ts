/** What the shell asks for in the footer, field by field. Confirming a root cause takes a proof; a clock without one is worth nothing. */
import type { LineEdit } from './line-edit.ts';
import { EMPTY_EDIT } from './line-edit.ts';

export type PromptId = 'filter' | 'export' | 'drill' | ClockMark;

export type ClockMark = 'alert' | 'ack' | 'hypothesis' | 'refute' | 'confirm' | 'note' | 'mitigated' | 'recovered';

export interface Prompt {
  readonly id: PromptId;
  /** Values of the fields before, then the one under the cursor. */
  readonly done: readonly string[];
  /** What stands in each field when it is asked for: enter takes it. */
  readonly offered: readonly string[];
  readonly edit: LineEdit;
  /** Why the last `enter` was not taken. */
  readonly objection?: string;
  /** What the first fields can be answered with at once, the likeliest first; `↑` and `↓` go through them. */
  readonly choices?: readonly PromptChoice[];
  /** Which of them stands in `done`; as many as there are is none of them: the fields are asked one by one. */
  readonly chosen?: number;
}

/** Values of the first fields, such as a component and what was seen there. */
export type PromptChoice = readonly string[];

export interface PromptField {
  readonly label: string;
  /** Where the label has no room. */
  readonly short?: string;
  readonly isRequired: boolean;
}

export const PROMPT_FIELDS: Readonly<Record<PromptId, readonly PromptField[]>> = {
  filter: [{ label: '!text: rows without it', isRequired: false }],
  export: [{ label: 'to a file: .md .json .html .txt', isRequired: true }],
  drill: [
    { label: 'scenario, or any: drawn and hidden', short: 'scenario', isRequired: true },
    { label: 'architecture: a name or its architecture.json', short: 'architecture', isRequired: true },
    { label: 'hide the fault until it is confirmed? y or n', short: 'blind', isRequired: false },
  ],
  alert: [{ label: 'what alerted, as on the page', isRequired: true }],
  ack: [{ label: 'who takes it; empty is you', isRequired: false }],
  hypothesis: [
    { label: 'component that is suspected', isRequired: true },
    { label: 'why', isRequired: false },
  ],
  refute: [
    { label: 'component that it is not', isRequired: true },
    { label: 'what showed that', isRequired: false },
  ],
  confirm: [
    { label: 'component at fault', isRequired: true },
    { label: 'fingerprint or finding', isRequired: true },
    { label: 'proof (revert, kill, replay, truth)', short: 'proof', isRequired: true },
  ],
  note: [{ label: 'note', isRequired: true }],
  mitigated: [{ label: 'what was done, users are no longer hurt', isRequired: true }],
  recovered: [{ label: 'all is as it was; anything to add', isRequired: false }],
};

export function openPrompt(id: PromptId, offered: readonly string[] = [], choices: readonly PromptChoice[] = []): Prompt {
  const asked: Prompt = { id, done: [], offered, edit: editOf(offered[0]) };
  if (choices.length === 0) return asked;
  // What is offered belongs to one component, and another may be chosen: only the form of the proof holds for all.
  return withChoice({ ...asked, offered: offered.map((text, at) => (at === offered.length - 1 ? text : '')), choices }, 0);
}

/** `↑` and `↓`. @returns undefined where there is nothing to choose from */
export function chooseOther(prompt: Prompt, by: number): Prompt | undefined {
  const { choices, chosen = 0 } = prompt;
  if (choices === undefined) return undefined;
  const count = choices.length + 1;
  return withChoice(prompt, (chosen + by + count) % count);
}

/** What was typed of the proof stays: only what it is the proof of changes. */
function withChoice({ id, done, offered, edit, choices = [], chosen }: Prompt, to: number): Prompt {
  const values = choices[to] ?? [];
  const isKept = chosen !== undefined && done.length > 0 && done.length === values.length;
  return { id, offered, choices, chosen: to, done: values, edit: isKept ? edit : editOf(offered[values.length]) };
}

function editOf(text = ''): LineEdit {
  return text === '' ? EMPTY_EDIT : { text, cursor: [...text].length };
}

export type PromptAnswer =
  | { readonly kind: 'asking'; readonly prompt: Prompt }
  | { readonly kind: 'answered'; readonly id: PromptId; readonly values: readonly string[] };

/** `enter`: on to the next field, or done. */
export function acceptField(prompt: Prompt): PromptAnswer {
  const fields = PROMPT_FIELDS[prompt.id];
  const field = fields[prompt.done.length]!;
  const value = prompt.edit.text.trim();
  if (field.isRequired && value === '') {
    return { kind: 'asking', prompt: { ...prompt, objection: 'this is needed; esc gives up' } };
  }
  // A kind of proof without what showed it would be refused later, when all that was typed is gone.
  if (field.isRequired && /^\w+:$/.test(value)) {
    return { kind: 'asking', prompt: { ...prompt, objection: 'what showed it? esc gives up' } };
  }
  const values = [...prompt.done, value];
  if (values.length === fields.length) return { kind: 'answered', id: prompt.id, values };
  const { objection: _, ...rest } = prompt;
  return { kind: 'asking', prompt: { ...rest, done: values, edit: editOf(prompt.offered[values.length]) } };
}
