import type { ComponentChildren } from 'preact';

interface PressableProps {
  /** What it is and what pressing it does; begins with what is drawn, so that it can be spoken to by what is seen. */
  readonly name: string;
  /** All that there was no room for. */
  readonly tip: string;
  readonly class: string;
  readonly isExpanded?: boolean;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
}

/** A button within a picture. */
export function Pressable({ name, tip, isExpanded, onPress, children, ...rest }: PressableProps) {
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onPress();
  };
  return (
    <g>
      <title>{tip}</title>
      {/* biome-ignore lint/a11y/useSemanticElements: there is no button inside a picture */}
      <g
        {...rest}
        role="button"
        tabindex={0}
        aria-label={name}
        aria-expanded={isExpanded}
        onClick={onPress}
        onKeyDown={press}
      >
        {children}
      </g>
    </g>
  );
}
