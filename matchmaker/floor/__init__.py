"""The day itself: who is there, which table is free and who takes it, the walls of the halls, reliability."""
