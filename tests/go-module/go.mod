module example.org/words

go 1.18

require example.net/fold v1.0.0
