"""One organization, whose accounts stand where their purpose puts them, under guardrails."""
