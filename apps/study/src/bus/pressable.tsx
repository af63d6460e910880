import type { ComponentChildren } from 'preact';

interface PressableProps {
  /** What it is and what pressing it does. */
  readonly name: string;
  readonly class: string;
  readonly isExpanded?: boolean;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
}

/** A button within a picture. */
export function Pressable({ name, isExpanded, onPress, children, ...rest }: PressableProps) {
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onPress();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: there is no button inside a picture
    <g
      {...rest}
      role="button"
      tabIndex={0}
      aria-label={name}
      aria-expanded={isExpanded}
      onClick={onPress}
      onKeyDown={press}
    >
      {children}
    </g>
  );
}
