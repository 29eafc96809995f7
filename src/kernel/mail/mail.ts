/** A finished message to one recipient. */
export interface Mail {
  /** One address, never a list. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What a mail says; `renderMail` makes its text and HTML parts. */
export interface MailContent {
  /** Fixed words only: nothing that a user or a stranger typed. */
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** Label and value, shown as a table. */
  readonly facts?: readonly (readonly [label: string, value: string])[];
  readonly link?: { readonly label: string; readonly url: string };
  /** What the reader should do, after the rest. */
  readonly advice: string;
}
