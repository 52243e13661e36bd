# Duban 督办. Needs only Python 3.11 or newer, pip and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

.PHONY: setup run cluster test lint bench screenshots

setup: $(VENV)/.dev
	@echo "环境已就绪：$(VENV)"

run: $(VENV)/.runtime
	@exec $(BIN)/duban up --sample config/examples/wuzhong-2023

# A home of its own, beside that of "make run".
cluster: $(VENV)/.dev
	@export DUBAN_HOME="$${DUBAN_HOME:-var/cluster}"; \
		exec $(BIN)/duban cluster up --sample config/examples/wuzhong-2023

test: $(VENV)/.dev
	@echo "正在运行测试…"
	@# What is compiled is kept: the tests start some hundred processes. They wait for them, too:
	@# it takes three workers to keep two cores busy.
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev
	@echo "正在检查代码规范（ruff）…"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "正在检查类型（mypy）…"
	@$(BIN)/mypy
	@echo "正在检查引用方向（import-linter）…"
	@$(BIN)/lint-imports

bench: $(VENV)/.dev
	@echo "正在运行基准测试…"
	@$(BIN)/python -m benchmarks

screenshots: $(VENV)/.dev
	@echo "正在为每个画面截图（需要系统的 Chromium）…"
	@$(BIN)/python -m docs.screenshots

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "需要 Python 3.11 或更新版本；可用 make PYTHON=/路径/python3.11 指定。" >&2; exit 1; }
	@echo "正在创建虚拟环境 $(VENV)…"
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "无法创建虚拟环境；Debian、Ubuntu 需先安装 python3-venv。" >&2; exit 1; }

# A stamp is newer than its lock when that lock is installed. The order-only
# prerequisite keeps a fresh interpreter from looking like a changed lock.
$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "正在安装运行依赖（首次约需一两分钟）…"
	@$(PIP) install -qq --require-hashes --requirement requirements.lock
	@echo "正在安装本项目…"
	@$(PIP) install -qq --no-deps --no-build-isolation --editable .
	@touch $@

# The development lock holds the runtime lock's versions, so it serves both stamps.
$(VENV)/.dev: requirements-dev.lock requirements.lock pyproject.toml | $(BIN)/python
	@echo "正在安装开发依赖（首次约需一两分钟）…"
	@$(PIP) install -qq --require-hashes --requirement requirements-dev.lock
	@echo "正在安装本项目…"
	@$(PIP) install -qq --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.runtime $@
