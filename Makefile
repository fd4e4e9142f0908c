# The commands of the house. `make` alone lists them.

.DEFAULT_GOAL := help

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## install the Debian packages that are missing
	@bin/setup

run: setup ## build, fill the demo once, serve the shop and the sandbox payment platform
	@exec bin/run

demo-reset: ## start the demo over: delete what `make run` stored
	@bin/demo-reset

test: ## build, run all tests with the embedded database, then those that use one with MariaDB
	@bin/setup test
	@bin/test

test-browser: ## go through a demo shop with Chromium, in both languages, on phone and desktop
	@bin/test-browser

test-clients: ## drive the sandbox with the clients that others wrote for the providers it plays
	@bin/test-clients

cluster: ## bring up the whole on this machine: three databases, broker, registry, two of each part, nginx
	@bin/cluster up

cluster-down: ## end the cluster and delete what it stored
	@bin/cluster down

drill: ## harm each kind of process of a running cluster in turn while buyers buy
	@bin/cluster drill

check: setup ## prove import table, formatting, no warnings, no unfinished words
	@bin/check

bench: ## measure speed and memory in a release build
	@bin/bench

requirements: ## print each requirement with the tests that prove it
	@bin/requirements

routes: setup ## print every address that the shop answers
	@swift run -q martlet routes

.PHONY: help setup run demo-reset test test-browser test-clients cluster cluster-down drill check bench requirements routes
