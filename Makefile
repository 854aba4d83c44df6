# make lab and make test are all a reader needs; README.md gives the same steps for Windows.
PYTHON ?= python3
BIN := .venv/bin
SOLUTIONS := $(sort $(wildcard solutions/*/*.ipynb))
NOTEBOOKS := $(sort $(wildcard notebooks/*.ipynb))
IN_BROWSER := tests/test_browser.py tests/test_site.py tests/test_formgrader.py

# where grading writes to, if not to graded/: make grade OUT=folder
GRADED = $(if $(findstring command,$(origin OUT)),--out "$(OUT)")

# side by side; one thread for each product, since the processes share the processors already
PYTEST := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

.PHONY: help lab check test test-quick test-browser test-lite test-moving test-hub lite proof-gradient-check proof-answers proof-forging proof-questions outputs exercises bundle grade read pack summary copies totals remove hub site slides handout cover bench bench-gpu

help:
	@echo "make lab         open the course in JupyterLab"
	@echo "make check       say in ten seconds whether everything is there, and how to mend what is not"
	@echo "make test        run the tests of bpkit, of the notebooks and of grading (six to ten minutes on two processors)"
	@echo "make test-browser   run the sliders in JupyterLab, the web page and the slides in a browser (five to ten minutes)"
	@echo "make test-quick  run the quick tests of bpkit (less than a minute)"
	@echo "make test-lite   run the course in a browser tab, as make lite makes it (nine minutes and more; a part: ONLY=03_)"
	@echo "make test-moving move every explorer of the web page and the decks (five minutes)"
	@echo "make test-hub    try the class on a hub: three learners, an instructor, a browser (four minutes, the first time seven; as root, on Linux)"
	@echo "make proof-gradient-check   try gradient_check on 6,000 random networks (three minutes)"
	@echo "make proof-answers          try the checks of the problem sets on 3,500 wrong answers (two minutes)"
	@echo "make proof-forging          try 236 ways to get points without an answer (six minutes)"
	@echo "make proof-questions        draw each question of the bank 1,000 times (one minute)"
	@echo "make outputs     run all notebooks and solutions, and store their outputs"
	@echo "make exercises   make exercises/ from solutions/"
	@echo "make bundle      pack the course for learners, without answers, into build/backpropagation.zip"
	@echo "make grade PS=ps3 FROM=folder   grade a folder of submissions into graded/ (see solutions/README.md)"
	@echo "make remove ONLY=name PS=ps3   remove a person's row from a problem set, or without PS from all"
	@echo "make read PS=ps3      all answers that a person reads on one page, beside their rubric"
	@echo "make pack PS=ps3      pack the pages of feedback, for Moodle or as a folder for each person"
	@echo "make summary PS=ps3   what that class got wrong, as a table and as a picture"
	@echo "make copies PS=ps3    pairs of answers that are alike (no verdict)"
	@echo "make totals      the marks of all problem sets in one table, for Moodle and Canvas too"
	@echo "make hub         start a hub for a class on this machine (as root, on Linux; see solutions/README.md)"
	@echo "make site        make the web page of the course in build/site"
	@echo "make lite        make the course in a browser tab in build/lite: any web server can serve it"
	@echo "make slides      make slides of all notebooks in build/slides (of one: NOTEBOOK=05)"
	@echo "make handout     make pages to print of all notebooks in build/handout (of one: NOTEBOOK=05)"
	@echo "make cover       make the moving picture of the README"
	@echo "make bench       measure bpkit, and its sliders, beside other ways of doing the same"
	@echo "make bench-gpu   measure bpkit on this machine's GPU, and store it in notebooks/gpu_recorded.json"

lab: .venv/installed
	$(BIN)/jupyter lab --config=notebooks/jupyter_lab/config.py notebooks/00_start_here.ipynb

check: .venv/installed
	@$(BIN)/python notebooks/check.py

test: .venv/installed-tests
	$(PYTEST) --nbval --nbval-current-env tests $(IN_BROWSER:%=--ignore=%) $(NOTEBOOKS) $(SOLUTIONS)

test-browser: .venv/installed-tests
	$(PYTEST) $(IN_BROWSER)

test-quick: .venv/installed-tests
	$(PYTEST) tests -m "not slow"

test-lite: lite .venv/installed-tests
	WEB=build/lite $(PYTEST) --dist load tests/test_lite.py $(if $(ONLY),-k "$(ONLY)")

test-moving: site slides .venv/installed-tests
	WEB=build/site $(PYTEST) --dist load -m web tests/test_site.py

test-hub: .venv/installed-tests
	HUB=1 $(BIN)/python -m pytest tests/test_hub.py

proof-gradient-check: .venv/installed-tests
	$(BIN)/python tests/proofs/gradient_check.py

proof-forging: .venv/installed-tests
	WHOLE=1 $(PYTEST) --dist load tests/test_forging.py

proof-questions: .venv/installed-tests
	WHOLE=1 $(PYTEST) --dist load tests/test_questions.py

proof-answers: .venv/installed-tests
	OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/proofs/answers.py

outputs: .venv/installed-tests
	$(BIN)/python tests/store_outputs.py

exercises: .venv/installed-grading
	$(BIN)/python solutions/grading release

grade: .venv/installed-grading
	$(BIN)/python solutions/grading grade "$(PS)" "$(FROM)" $(GRADED) $(if $(ROSTER),--roster "$(ROSTER)") \
	  $(if $(DUE),--due "$(DUE)") $(if $(PENALTY),--penalty "$(PENALTY)") $(if $(ONLY),--only "$(ONLY)")

bundle: .venv/installed-grading
	@$(BIN)/python solutions/grading bundle

remove: .venv/installed-grading
	$(BIN)/python solutions/grading remove "$(ONLY)" $(if $(PS),"$(PS)") $(GRADED)

read pack summary copies: .venv/installed-grading
	$(BIN)/python solutions/grading $@ "$(PS)" $(GRADED)

totals: .venv/installed-grading
	$(BIN)/python solutions/grading totals $(GRADED) $(if $(ROSTER),--roster "$(ROSTER)")

# accounts of learners run this Python too: one in somebody's home will not do
HUB_PYTHON ?= /usr/bin/python3

hub:
	@$(HUB_PYTHON) solutions/hub/set_up.py
	@/srv/backpropagation/env/bin/jupyterhub --config=solutions/hub/jupyterhub_config.py

site slides handout lite cover: .venv/installed-site
	$(BIN)/python notebooks/site/build.py $@ $(NOTEBOOK)

bench: .venv/installed-tests
	@$(BIN)/python tests/benchmarks/compare.py; short=$$?; \
	  $(BIN)/python tests/benchmarks/waiting.py && exit $$short

bench-gpu: .venv/installed-tests
	$(BIN)/python tests/benchmarks/gpu.py

.venv/installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "This course needs Python 3.11 or newer, and $(PYTHON) is not: install it, or name another with make lab PYTHON=..."; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "Python cannot make an environment: install its venv module (on Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	@echo "Installing the course into .venv; this takes a minute or two, once."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-grading: .venv/installed solutions/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r solutions/requirements.txt
	@touch $@

.venv/installed-site: .venv/installed notebooks/site/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r notebooks/site/requirements.txt
	@touch $@

.venv/installed-tests: .venv/installed-grading .venv/installed-site tests/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@
