// What a path into a JSON value is made of, in the terms of RFC 9535. Taking texts apart into this is
// json-path-parse.ts, following it json-path-evaluate.ts.
import type { Matcher } from './i-regexp.ts';

/** What is taken of a value. */
export type Selector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  /** A name of an object or a position in a list: what a dotted path says, which knows no difference. */
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'wildcard' }
  | {
      readonly kind: 'slice';
      readonly start: number | undefined;
      readonly end: number | undefined;
      readonly step: number;
    }
  | { readonly kind: 'filter'; readonly condition: Condition };

/** One step of a path. `descends`: it is taken from here and from everything below. */
export interface Segment {
  readonly selectors: readonly Selector[];
  readonly descends: boolean;
}

/** A query inside a filter: from the whole value (`$`) or from the one that is being filtered (`@`). */
export interface Query {
  readonly from: '$' | '@';
  readonly segments: readonly Segment[];
}

/** What gives a JSON value, or nothing. `node`: a query that can find one at most. */
export type Value =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'node' | 'count' | 'only'; readonly query: Query }
  | { readonly kind: 'length'; readonly of: Value };

/** How two values are compared. */
export type Operator = '==' | '!=' | '<=' | '>=' | '<' | '>';

/** What a filter asks of a value. */
export type Condition =
  | { readonly kind: 'or' | 'and'; readonly all: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'exists'; readonly query: Query }
  | {
      readonly kind: 'comparison';
      readonly operator: Operator;
      readonly left: Value;
      readonly right: Value;
    }
  | {
      readonly kind: 'match' | 'search';
      readonly text: Value;
      /** Compiled where it stands in the query. */
      readonly pattern: Value | Matcher;
    };
