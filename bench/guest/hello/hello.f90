print '(a)', 'Hello from Hermit!'
end
