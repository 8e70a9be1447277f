"""The ground: pure rules over plain records, without I/O or a clock of their own."""
