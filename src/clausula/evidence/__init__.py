"""Evidence: texts, anchors and their verification."""
