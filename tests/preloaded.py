"""What forked processes have imported already (``processes``): the application, and what its workers need. No app is made here."""

import os

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # read when numpy is imported

import highspy  # noqa: F401
import sklearn.linear_model  # noqa: F401
import waitress  # noqa: F401

import matchmaker.application
import matchmaker.matching.refresh  # noqa: F401
