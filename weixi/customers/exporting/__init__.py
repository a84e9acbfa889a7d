"""Export of what a person sees: asked for, approved when it is much, written by a job, fetched by who asked."""
