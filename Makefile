# Each target does its own set-up. What runs is an npm script, so that `npm run X` is the same from any shell.
# Arguments: make bench ARGS='pipeline --json out.json'

ARGS ?=
run = @npm run --silent $(1) -- $(ARGS)

.PHONY: demo test test-native test-kafka soak test-chart verify bench services-up services-down migrate

demo:
	$(call run,demo)

test:
	$(call run,test)

test-native:
	$(call run,test:native)

test-kafka:
	$(call run,test:kafka)

soak:
	$(call run,soak)

test-chart:
	$(call run,test:chart)

verify:
	$(call run,verify)

bench:
	$(call run,bench)

services-up:
	$(call run,services:up)

services-down:
	$(call run,services:down)

migrate:
	$(call run,migrate)
