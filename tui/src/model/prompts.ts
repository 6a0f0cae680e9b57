/** What the shell asks for in the footer, field by field. Confirming a root cause takes a proof; a clock without one is worth nothing. */
import type { LineEdit } from './line-edit.ts';
import { EMPTY_EDIT } from './line-edit.ts';

export type PromptId = 'filter' | 'export' | ClockMark;

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
}

export interface PromptField {
  readonly label: string;
  readonly isRequired: boolean;
}

export const PROMPT_FIELDS: Readonly<Record<PromptId, readonly PromptField[]>> = {
  filter: [{ label: 'filter (!text: rows without it)', isRequired: false }],
  export: [{ label: 'file to write (.md, .json, .html, .txt)', isRequired: true }],
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
    { label: 'proof (revert, kill, replay, truth)', isRequired: true },
  ],
  note: [{ label: 'note', isRequired: true }],
  mitigated: [{ label: 'what was done, users are no longer hurt', isRequired: true }],
  recovered: [{ label: 'all is as it was; anything to add', isRequired: false }],
};

export function openPrompt(id: PromptId, offered: readonly string[] = []): Prompt {
  return { id, done: [], offered, edit: editOf(offered[0]) };
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
  return { kind: 'asking', prompt: { id: prompt.id, done: values, offered: prompt.offered, edit: editOf(prompt.offered[values.length]) } };
}
