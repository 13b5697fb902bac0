"""Why: a page is right only if people can read it where they read it: in a browser, on a phone, on paper, by keyboard."""
