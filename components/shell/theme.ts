import { createTheme } from '@mantine/core';
import type { MantineColorsTuple } from '@mantine/core';

const AEGEAN: MantineColorsTuple = [
  '#e9f1fc',
  '#d3e3f8',
  '#a9c8f1',
  '#7db5f8',
  '#5aa2f5',
  '#3583e0',
  '#1c6fd6',
  '#1759b3',
  '#124a96',
  '#0d3a78',
];

const INK: MantineColorsTuple = [
  '#e6eaf0',
  '#c3cad5',
  '#a0abba',
  '#7f8b9b',
  '#3c4552',
  '#323a46',
  '#1a1f26',
  '#12151a',
  '#0e1115',
  '#0a0c0f',
];

/**
 * The page itself never scrolls. Locking it would write a style element without the nonce that the content security
 * policy asks for.
 */
const WITHOUT_SCROLL_LOCK = { defaultProps: { lockScroll: false } };

/** The header of a dialog is none of the page: only the top bar is its banner. */
const WITHOUT_LANDMARK = { defaultProps: { role: 'presentation' } };

/** A short message lies over controls and text, so it has a border, and its words the ink of other words. */
const OVER_THE_PAGE = {
  defaultProps: { withBorder: true },
  styles: { description: { color: 'var(--fanari-text)' } },
};

/** Mantine's theme: system fonts, small radii, an Aegean blue for what can be pressed and ink for the dark scheme. */
export const fanariTheme = createTheme({
  fontFamily: 'var(--fanari-font)',
  fontFamilyMonospace: 'var(--fanari-mono)',
  primaryColor: 'aegean',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  colors: { aegean: AEGEAN, dark: INK },
  defaultRadius: 4,
  cursorType: 'pointer',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  headings: { fontFamily: 'var(--fanari-font)', fontWeight: '600' },
  components: {
    Drawer: WITHOUT_SCROLL_LOCK,
    DrawerHeader: WITHOUT_LANDMARK,
    ModalHeader: WITHOUT_LANDMARK,
    DrawerRoot: WITHOUT_SCROLL_LOCK,
    Modal: WITHOUT_SCROLL_LOCK,
    Notification: OVER_THE_PAGE,
    ModalRoot: WITHOUT_SCROLL_LOCK,
    Spotlight: WITHOUT_SCROLL_LOCK,
    SpotlightRoot: WITHOUT_SCROLL_LOCK,
  },
});
