"""The inspection page: what the desk adds to Datasette, and the guard before both."""
