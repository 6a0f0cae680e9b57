/** What the shell asks for in the footer, field by field. Confirming a root cause takes a proof; a clock without one is worth nothing. */
import type { LineEdit } from './line-edit.ts';
import { EMPTY_EDIT } from './line-edit.ts';

export type PromptId = 'filter' | 'export' | ClockMark;

export type ClockMark = 'alert' | 'ack' | 'hypothesis' | 'refute' | 'confirm' | 'note' | 'mitigated' | 'recovered';

export interface Prompt {
  readonly id: PromptId;
  /** Values of the fields before, then the one under the cursor. */
  readonly done: readonly string[];
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
  ack: [{ label: 'who takes it', isRequired: true }],
  hypothesis: [{ label: 'what it might be', isRequired: true }],
  refute: [{ label: 'which hypothesis is refuted, and by what', isRequired: true }],
  confirm: [
    { label: 'component at fault', isRequired: true },
    { label: 'fingerprint or finding', isRequired: true },
    { label: 'proof: a repro, a rollback that helped, a trace', isRequired: true },
  ],
  note: [{ label: 'note', isRequired: true }],
  mitigated: [{ label: 'what was done, users are no longer hurt', isRequired: true }],
  recovered: [{ label: 'all is as it was; anything to add', isRequired: false }],
};

export function openPrompt(id: PromptId, text = ''): Prompt {
  return { id, done: [], edit: text === '' ? EMPTY_EDIT : { text, cursor: [...text].length } };
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
  const values = [...prompt.done, value];
  if (values.length === fields.length) return { kind: 'answered', id: prompt.id, values };
  return { kind: 'asking', prompt: { id: prompt.id, done: values, edit: EMPTY_EDIT } };
}
