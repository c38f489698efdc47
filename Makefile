# Every target first installs what it needs and this machine lacks (tools/setup, Debian 12).
.PHONY: build run test docs bench lint format format-check data-check sanitize clean help
.DEFAULT_GOAL := build

JOBS ?= 2
BUILD := build
SANITIZED := build-asan
# Clones of this repository share what the compiler has made.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1
# What clang-format and clang-tidy look at.
CXX_FILES = $(shell git ls-files '*.cc' '*.h')
E2E_TESTS = $(wildcard tests/e2e/*.test.mjs)
# The LiveChat face again, in front of another Parley as its workspace.
ROUND_TRIP_TESTS = $(patsubst %,tests/e2e/%.test.mjs,agents canned_responses chats goals greetings groups previews reports \
	story tags tickets visitors webhooks)
COMMUNITY_TESTS = $(patsubst %,tests/e2e/%.test.mjs,canned_responses goals groups previews story webhooks)
# Lines of Rocket.Chat that had other routes.
OLDER_LINES = 4.0 6.4 7.0
LIMITED_TESTS = $(patsubst %,tests/e2e/%.test.mjs,agents chats goals greetings groups previews reports story tags tickets \
	webhooks)

help:            ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

build:           ## build/parley, optimised
	@tools/setup build
	cmake -G Ninja -S . -B $(BUILD) -DCMAKE_BUILD_TYPE=Release >$(BUILD).log || { cat $(BUILD).log; exit 1; }
	cmake --build $(BUILD) -j $(JOBS) --target parley

run: build       ## Parley with a small made-up company in it
	$(BUILD)/parley demo

test: build      ## unit, contract and golden tests, `parley check`, then the program from end to end
	@tools/setup test
	cmake --build $(BUILD) -j $(JOBS)
	ctest --test-dir $(BUILD) -j $(JOBS) --output-on-failure
	$(BUILD)/parley check
	tools/routes.mjs --check $(BUILD)/parley
	node --test $(E2E_TESTS)
	PARLEY_ROUND_TRIP=premium node --test $(ROUND_TRIP_TESTS)
	PARLEY_ROUND_TRIP=community node --test $(COMMUNITY_TESTS)
	for line in $(OLDER_LINES); do PARLEY_ROUND_TRIP=$$line node --test $(ROUND_TRIP_TESTS) || exit 1; done
	PARLEY_ROUND_TRIP=limited node --test $(LIMITED_TESTS)

docs: build      ## the tables of docs/livechat-v2.md and docs/rocketchat.md, from what the program says it serves
	@tools/setup test
	tools/routes.mjs $(BUILD)/parley

bench:           ## pairwise measurements against nginx and bare SQLite
	@tools/setup build bench
	cmake -G Ninja -S . -B $(BUILD) -DCMAKE_BUILD_TYPE=Release -DPARLEY_BENCH=ON
	cmake --build $(BUILD) -j $(JOBS)
	bench/run $(BUILD)

lint: build      ## clang-tidy over every source file of gateway/
	@tools/setup lint
	tools/lint $(BUILD)

format:          ## clang-format in place
	@tools/setup lint
	clang-format -i $(CXX_FILES)

format-check:    ## what clang-format would change is an error
	@tools/setup lint
	clang-format --dry-run -Werror $(CXX_FILES)

data-check:      ## every JSON and YAML file can be read
	@tools/setup test
	tools/check-data.mjs

sanitize:        ## unit and golden tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@tools/setup build
	cmake -G Ninja -S . -B $(SANITIZED) -DCMAKE_BUILD_TYPE=Debug -DPARLEY_SANITIZE=address,undefined
	cmake --build $(SANITIZED) -j $(JOBS)
	ctest --test-dir $(SANITIZED) -j $(JOBS) --output-on-failure -L 'unit|golden'

clean:
	rm -rf $(BUILD) $(SANITIZED) $(BUILD).log
