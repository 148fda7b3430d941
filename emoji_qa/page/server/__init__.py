"""The page's server side: calls from the browser, pictures, files and the guard."""
