// A list of any length: only the rows that can be seen are in the page. All rows are of one height, which makes the place of
// each a multiplication.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Rows above and below what can be seen. */
const OVERSCAN = 12;

/** @param onNearEnd called when what is loaded comes to its end */
export function VirtualList<T>({
  items,
  keyOf,
  rowPx,
  label,
  row,
  onNearEnd,
}: {
  items: readonly T[];
  keyOf: (item: T) => string;
  rowPx: number;
  label: string;
  row: (item: T) => ComponentChildren;
  onNearEnd: () => void;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const look = (): void => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);
  const first = Math.max(0, Math.floor(view.top / rowPx) - OVERSCAN);
  const last = Math.min(items.length, Math.ceil((view.top + view.height) / rowPx) + OVERSCAN);
  const isNearEnd = last > items.length - 4 * OVERSCAN;
  useEffect(() => {
    if (isNearEnd) onNearEnd();
  }, [isNearEnd, items]);
  return (
    <div class="virtual" ref={box} tabIndex={0} role="region" aria-label={label}>
      <ol style={{ height: `${items.length * rowPx}px` }} aria-label={label}>
        {items.slice(first, last).map((item, index) => (
          <li
            key={keyOf(item)}
            style={{ top: `${(first + index) * rowPx}px`, height: `${rowPx}px` }}
            aria-posinset={first + index + 1}
            aria-setsize={items.length}
          >
            {row(item)}
          </li>
        ))}
      </ol>
    </div>
  );
}
