#!/usr/bin/env python
"""Django's own commands (makemigrations, shell ...); daily work goes through `weixi`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.project.settings")
    execute_from_command_line(sys.argv)
