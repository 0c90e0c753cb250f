// The editor of the configuration: CodeMirror with the problems that First Hop finds and the keys that its schema knows.
// Loaded only when it is opened.
import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentService,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { ConfigProblem } from '../wire.ts';
import { groupOf, pathAbove, schemaAt, valuesOf } from './schema-at.ts';
import type { SchemaNode } from './schema-at.ts';

export interface EditorHandle {
  /** Marks problems where they are. */
  show(problems: readonly ConfigProblem[]): void;
  close(): void;
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent-text)' },
  { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
  { tag: [tags.string, tags.content], color: 'var(--text)' },
  { tag: [tags.number, tags.bool, tags.keyword], color: 'var(--good-text)' },
]);

const theme = EditorView.theme({
  '&': {
    backgroundColor: 'var(--box)',
    color: 'var(--text)',
    border: '1px solid var(--line)',
    borderRadius: '6px',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)' },
  '.cm-scroller': {
    fontFamily: 'ui-monospace, monospace',
    fontSize: '0.9rem',
    minHeight: '18rem',
    maxHeight: '65vh',
  },
  '.cm-gutters': { backgroundColor: 'var(--page)', color: 'var(--quiet)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--accent) 7%, transparent)' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 25%, transparent) !important',
  },
  '.cm-tooltip': { backgroundColor: 'var(--box)', color: 'var(--text)', border: '1px solid var(--line)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
  },
});

/** Opens an editor in an empty element. */
export function openEditor(
  place: HTMLElement,
  text: string,
  schema: SchemaNode,
  onChange: (text: string) => void,
): EditorHandle {
  // In a shadow tree the editor's styles are constructed sheets, which a strict Content-Security-Policy lets through.
  const root = place.shadowRoot ?? place.attachShadow({ mode: 'open' });
  root.replaceChildren();
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of('  '),
        indentService.of((context, at) => indentBelow(context.lineAt(at, -1).text)),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        EditorView.lineWrapping,
        yaml(),
        syntaxHighlighting(colours),
        theme,
        lintGutter(),
        autocompletion({ override: [(context) => completions(context, schema)] }),
        keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap, ...lintKeymap, indentWithTab]),
        EditorView.contentAttributes.of({ 'aria-label': 'The configuration file' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  view.scrollDOM.tabIndex = 0;
  return {
    show: (problems) =>
      view.dispatch(
        setDiagnostics(
          view.state,
          problems.map((problem) => diagnostic(view.state, problem)),
        ),
      ),
    close: () => view.destroy(),
  };
}

/** What belongs to a key stands two columns further in; the keys of one entry of a list stand below one another. */
function indentBelow(line: string): number {
  const indent = /^\s*(?:- +)*/.exec(line)?.[0].length ?? 0;
  return /:\s*$/.test(line) ? indent + 2 : indent;
}

function diagnostic(
  { doc }: EditorState,
  { severity, line = 1, column = 1, path, message, suggestion }: ConfigProblem,
): { from: number; to: number; severity: 'error' | 'warning'; message: string } {
  const found = doc.line(Math.min(Math.max(1, line), doc.lines));
  const from = Math.min(found.from + column - 1, found.to);
  const more = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
  return { from, to: Math.max(from, found.to), severity, message: `${path} ${message}${more}`.trim() };
}

function completions(
  { state, pos, explicit }: CompletionContext,
  schema: SchemaNode,
): CompletionResult | null {
  const line = state.doc.lineAt(pos);
  const typed = line.text.slice(0, pos - line.from);
  const above = Array.from({ length: line.number - 1 }, (_, index) => state.doc.line(index + 1).text);
  const value = /^(\s*(?:- +)*)([\w-]+): +(\S*)$/.exec(typed);
  if (value !== null) {
    const [, indent = '', key = '', begun = ''] = value;
    const options = valuesOf(schemaAt(schema, [...pathAbove(above, indent.length), key]));
    return options.length === 0
      ? null
      : { from: pos - begun.length, options: options.map((label) => ({ label })) };
  }
  const key = /^(\s*(?:- +)*)([\w-]*)$/.exec(typed);
  if (key === null) return null;
  const [, indent = '', begun = ''] = key;
  if (begun === '' && !explicit) return null;
  const path = pathAbove(above, indent.length);
  const node = path.length === 0 ? schema : schemaAt(schema, path);
  const items = valuesOf(node);
  if (indent.includes('-') && items.length > 0)
    return { from: pos - begun.length, options: items.map((label) => ({ label })) };
  const group = groupOf(node)?.properties ?? {};
  const options = Object.entries(group).map(([label, { description, properties }]) => ({
    label,
    apply: properties === undefined ? `${label}: ` : `${label}:\n${' '.repeat(indent.length + 2)}`,
    type: 'property',
    ...(description !== undefined && { info: description }),
  }));
  return options.length === 0 ? null : { from: pos - begun.length, options, validFor: /^[\w-]*$/ };
}
