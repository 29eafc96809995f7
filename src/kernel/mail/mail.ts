/** A complete message to one recipient. */
export interface Mail {
  /** One address, never a list. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The content of a mail; `renderMail` creates its text and HTML parts. */
export interface MailContent {
  /** Fixed words only: nothing that a user or a stranger entered. */
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** Labels and values, shown as a table. */
  readonly facts?: readonly (readonly [label: string, value: string])[];
  readonly link?: { readonly label: string; readonly url: string };
  /** What the reader should do, at the end. */
  readonly advice: string;
}
