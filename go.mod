module preemptck

go 1.26.8
