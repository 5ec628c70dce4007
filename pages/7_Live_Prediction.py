from mlworkbench.ui.frame import frame
with frame("X", "y", needs=("champion",)) as page: pass
