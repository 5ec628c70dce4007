"""The only place that imports Streamlit: the frame of every page, forms from specs, the job panel, safe text."""
