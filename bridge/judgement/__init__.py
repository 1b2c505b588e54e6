"""Human or machine? A pure judgement of every hit by itself, by its neighbours, and by what proves a person."""
