"""From files, in a folder or a git repository, to articles and problems."""
