"""Pictures of emojis: alpha, uploads, drawing, SVG and files to take away."""
