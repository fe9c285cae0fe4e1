"""Evidence: texts, the anchors that point into them, and their verification."""
