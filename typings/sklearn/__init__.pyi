"""What Jurist uses of scikit-learn, which ships no types."""
